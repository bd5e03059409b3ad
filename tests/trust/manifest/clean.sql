-- Databricks notebook source
CREATE TABLE IF NOT EXISTS clean AS SELECT * FROM raw WHERE id IS NOT NULL

-- COMMAND ----------

SELECT count(*) FROM clean
